import { cn } from './cn';

interface ScrollTextProps {
  label: string;
  text: string;
  className?: string;
}

/** Text from elsewhere, as it is, in a box that scrolls and that a keyboard can reach. */
export function ScrollText({ label, text, className }: ScrollTextProps) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      className={cn('max-h-72 overflow-auto rounded-md border border-line bg-panel p-2.5', className)}
    >
      <pre className="whitespace-pre-wrap break-words">{text}</pre>
    </section>
  );
}
