/** xterm's own sheet paints its viewport black; the ground is the page's. */
export const screenStyles = '[&_.xterm-viewport]:bg-transparent!';
