'use client';

import { X } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { describeError } from '@/components/api/api-error';
import { cn } from './cn';
import { Icon } from './icon';
import { IconButton } from './icon-button';

interface Toast {
  id: number;
  tone: 'plain' | 'stop';
  text: string;
  detail?: string;
}
interface ToastApi {
  show: (text: string) => void;
  /** What could not be done, then the server's own words. */
  showError: (text: string, error: unknown) => void;
}

const plainShownMs = 5000;
const atMost = 4;
const ToastContext = createContext<ToastApi | null>(null);

export function useToast(): ToastApi {
  const api = useContext(ToastContext);
  if (!api) throw new Error('useToast needs a ToastProvider above it.');
  return api;
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const nextId = useRef(1);
  const add = useCallback((toast: Omit<Toast, 'id'>) => {
    const id = nextId.current++;
    setToasts((current) => [...current, { ...toast, id }].slice(-atMost));
  }, []);
  const dismiss = useCallback((id: number) => setToasts((current) => current.filter((toast) => toast.id !== id)), []);
  const api = useMemo<ToastApi>(
    () => ({
      show: (text) => add({ tone: 'plain', text }),
      showError: (text, error) => add({ tone: 'stop', text, detail: describeError(error).message }),
    }),
    [add],
  );
  return (
    <ToastContext value={api}>
      {children}
      <ToastStack toasts={toasts} onDismiss={dismiss} />
    </ToastContext>
  );
}

function ToastStack({ toasts, onDismiss }: { toasts: Toast[]; onDismiss: (id: number) => void }) {
  const ref = useRef<HTMLElement>(null);
  const newest = toasts.at(-1)?.id;
  // A popover opened last lies above an open modal dialog; anything else would be drawn under it.
  useEffect(() => {
    const stack = ref.current;
    if (!stack) return;
    if (stack.matches(':popover-open')) stack.hidePopover();
    if (newest !== undefined) stack.showPopover();
  }, [newest]);
  return (
    <section
      ref={ref}
      popover="manual"
      aria-label="Messages"
      className="fixed inset-auto right-4 bottom-4 m-0 flex-col gap-2 bg-transparent p-0 open:flex max-md:right-3 max-md:bottom-20 max-md:left-3"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} onDismiss={() => onDismiss(toast.id)} />
      ))}
    </section>
  );
}

function ToastCard({ toast, onDismiss }: { toast: Toast; onDismiss: () => void }) {
  const dismiss = useRef(onDismiss);
  useEffect(() => {
    dismiss.current = onDismiss;
  });
  // An error stays until somebody has read it away.
  useEffect(() => {
    if (toast.tone === 'stop') return;
    const timer = setTimeout(() => dismiss.current(), plainShownMs);
    return () => clearTimeout(timer);
  }, [toast.tone]);
  return (
    <div
      role={toast.tone === 'stop' ? 'alert' : 'status'}
      className={cn(
        'flex w-[360px] max-w-full animate-rise items-start gap-2 rounded-lg border bg-panel py-2 pr-1.5 pl-3 text-text shadow-overlay',
        toast.tone === 'stop' ? 'border-stop/50' : 'border-line-strong',
      )}
    >
      <div className="min-w-0 flex-1 py-1">
        <p className="font-medium">{toast.text}</p>
        {toast.detail && <p className="mt-0.5 text-muted">{toast.detail}</p>}
      </div>
      <IconButton label="Dismiss" onClick={onDismiss}>
        <Icon of={X} />
      </IconButton>
    </div>
  );
}
