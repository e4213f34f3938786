'use client';

import { CircleX } from 'lucide-react';
import { describeError } from '@/components/api/api-error';
import { Button } from './button';
import { Icon } from './icon';

interface ErrorStateProps {
  /** What could not be done: "The runs could not be loaded." */
  title: string;
  error: unknown;
  onRetry?: () => void;
}

export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  const { message, requestId } = describeError(error);
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-14 text-center">
      <Icon of={CircleX} size={20} className="text-stop" />
      <p className="font-medium">{title}</p>
      <p className="max-w-[60ch] text-muted">{message}</p>
      {requestId && (
        <p className="text-hint text-muted">
          Request <code>{requestId}</code>
        </p>
      )}
      {onRetry && (
        <Button className="mt-2" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** A refusal beside the control that caused it. */
export function InlineError({ error }: { error: unknown }) {
  if (!error) return null;
  const { message, requestId } = describeError(error);
  return (
    <p
      role="alert"
      className="rounded-md bg-stop-ground px-2.5 py-1.5 text-stop"
      title={requestId && `Request ${requestId}`}
    >
      {message}
    </p>
  );
}
