/** The twin of `maxRunsPerRevoke` in the contract, whose schemas stay out of the first load. */
export const maxRunsPerRevoke = 1000;
