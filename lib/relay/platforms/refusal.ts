/** One text whatever is wrong: who does not know the secret learns nothing of what is set up here. */
export const signatureRefused = 'The signature is missing, wrong or too old, or nothing is received here.';
