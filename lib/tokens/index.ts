/** The registry's public address: the trust design names the folder. Everything else is imported by its file. */
export { ToolTokenRegistry } from './registry';
