/** Where the sign-in page sends people back to, at the API's own name: Cognito compares the whole address, so there is one for all pages. */
export const SIGNED_IN_PATH = '/signed-in';
