import type { ITheme } from '@xterm/xterm';

/**
 * The sixteen colours a program may ask for, dark in both looks of the console. The ground itself is the page's
 * `bg-terminal` behind a transparent screen.
 */
export const terminalTheme: ITheme = {
  background: '#00000000',
  foreground: '#d8dbe0',
  cursor: '#e8eaed',
  cursorAccent: '#0b0d10',
  selectionBackground: '#2f4a86',
  selectionInactiveBackground: '#2a3344',
  scrollbarSliderBackground: '#9aa1ab33',
  scrollbarSliderHoverBackground: '#9aa1ab55',
  scrollbarSliderActiveBackground: '#9aa1ab77',
  black: '#1b1f25',
  red: '#f0655c',
  green: '#4cc38a',
  yellow: '#e0a84a',
  blue: '#6f9bf5',
  magenta: '#c58af0',
  cyan: '#4fbccb',
  white: '#c9ced6',
  brightBlack: '#6b737e',
  brightRed: '#ff8a82',
  brightGreen: '#74dba8',
  brightYellow: '#f3c678',
  brightBlue: '#9dbdff',
  brightMagenta: '#dcb1ff',
  brightCyan: '#83d9e4',
  brightWhite: '#f4f6f8',
};

/** Matches of a search, over any colours a program chose. */
export const matchColours = {
  matchBackground: '#5b4a1c',
  matchOverviewRuler: '#f0b04a',
  activeMatchBackground: '#b57a1d',
  activeMatchColorOverviewRuler: '#f0b04a',
};
