'use client';

import { Check } from 'lucide-react';
import { DropdownMenu as Primitive } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn';
import { Icon } from './icon';

/** `trigger` is one focusable element. Not modal: a modal menu would write a style element, which the policy refuses. */
export function DropdownMenu({
  trigger,
  children,
  align = 'end',
  ...rest
}: { trigger: ReactNode; children: ReactNode } & Pick<ComponentProps<typeof Primitive.Content>, 'align' | 'side'>) {
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-[70vh] min-w-44 animate-rise overflow-y-auto rounded-lg border border-line-strong bg-panel p-1 text-text shadow-overlay"
          {...rest}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

const itemStyles =
  'flex min-h-7 select-none items-center gap-2 rounded-sm px-2 py-1 outline-none data-[disabled]:cursor-not-allowed data-[highlighted]:bg-sunk data-[disabled]:opacity-50 max-md:min-h-10';

export function MenuItem({
  tone = 'plain',
  className,
  ...rest
}: ComponentProps<typeof Primitive.Item> & { tone?: 'plain' | 'stop' }) {
  return (
    <Primitive.Item
      className={cn(itemStyles, tone === 'stop' && 'text-stop data-[highlighted]:bg-stop-ground', className)}
      {...rest}
    />
  );
}

/** Stays open, so that several can be changed at once. */
export function MenuCheckItem({ className, children, ...rest }: ComponentProps<typeof Primitive.CheckboxItem>) {
  return (
    <Primitive.CheckboxItem
      className={cn(itemStyles, className)}
      onSelect={(event) => event.preventDefault()}
      {...rest}
    >
      <span className="inline-flex size-3.5 items-center justify-center">
        <Primitive.ItemIndicator>
          <Icon of={Check} size={13} />
        </Primitive.ItemIndicator>
      </span>
      {children}
    </Primitive.CheckboxItem>
  );
}

export function MenuRadioGroup<T extends string>({
  value,
  onChange,
  children,
}: {
  value: T;
  onChange: (value: string) => void;
  children: ReactNode;
}) {
  return (
    <Primitive.RadioGroup value={value} onValueChange={onChange}>
      {children}
    </Primitive.RadioGroup>
  );
}

export function MenuRadioItem({ className, children, ...rest }: ComponentProps<typeof Primitive.RadioItem>) {
  return (
    <Primitive.RadioItem className={cn(itemStyles, className)} {...rest}>
      <span className="inline-flex size-3.5 items-center justify-center">
        <Primitive.ItemIndicator>
          <Icon of={Check} size={13} />
        </Primitive.ItemIndicator>
      </span>
      {children}
    </Primitive.RadioItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Primitive.Label className="px-2 pt-1.5 pb-1 text-hint text-muted">{children}</Primitive.Label>;
}

export function MenuSeparator() {
  return <Primitive.Separator className="-mx-1 my-1 h-px bg-line" />;
}
