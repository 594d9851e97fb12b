/** The layout of what the page reads, as hosts fill it. */
export * from '#base/views';
