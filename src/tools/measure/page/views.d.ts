/** The views whose cost is measured: each with the address of a place that shows it. */
export declare const VIEWS_MEASURED: readonly {
    readonly name: string;
    readonly address: string;
}[];
