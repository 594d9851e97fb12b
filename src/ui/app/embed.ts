/** True in a frame of a course page that asked for it (`?embed`): the lab without the page's own navigation. */
export const EMBEDDED: boolean = new URLSearchParams(location.search).has('embed');
