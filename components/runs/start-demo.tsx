'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { callRoute } from '@/components/api/client';
import { useMe } from '@/components/api/use-me';
import { Button } from '@/components/ui/button';
import { useToast } from '@/components/ui/toast';

/** The whole product in a minute: a bundled agent that is allowed, held and refused. */
export function StartDemo() {
  const router = useRouter();
  const toast = useToast();
  const { me } = useMe();
  const [pending, setPending] = useState(false);
  async function start() {
    if (!me) return;
    setPending(true);
    try {
      const { run } = await callRoute('runs.create', {
        body: {
          title: 'Demo run',
          projectId: 'demo',
          kind: 'pty',
          pluginId: 'demo',
          principal: { userId: me.operator.email },
        },
      });
      router.push(`/runs/${run.id}`);
    } catch (error) {
      toast.showError('The demo run did not start.', error);
      setPending(false);
    }
  }
  return (
    <Button tone="primary" pending={pending} disabled={!me} onClick={() => void start()}>
      Start a demo run
    </Button>
  );
}

export function DemoWords() {
  return (
    <p className="pt-2">
      The demo run starts a small agent of ours: one of its calls is allowed, one waits for you and one is refused.
    </p>
  );
}
