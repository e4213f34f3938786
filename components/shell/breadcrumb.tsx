'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { approvalQuery, runQuery } from '@/components/api/queries';
import { relayInstanceQuery } from '@/components/api/relay-queries';
import { shortId } from '@/components/ui/format';
import { printable } from '@/components/ui/printable';
import { allNav, isCurrent } from './nav-items';

/** Where the page is: its part of the console and, below that, what is looked at. */
export function Breadcrumb() {
  const pathname = usePathname();
  const item = allNav.find((each) => isCurrent(each, pathname));
  const below = item && item.href !== '/' ? pathname.slice(item.href.length + 1).split('/')[0] : '';
  if (!item) return <span className="font-medium">Gatehouse</span>;
  if (!below) return <span className="font-medium">{item.label}</span>;
  return (
    <nav aria-label="Breadcrumb" className="flex min-w-0 items-center gap-1.5">
      <Link href={item.href} className="text-muted hover:text-text">
        {item.label}
      </Link>
      <span aria-hidden="true" className="text-muted">
        /
      </span>
      <span aria-current="page" className="truncate font-medium">
        {item.href === '/runs' ? (
          <RunName id={below} />
        ) : item.href === '/approvals' ? (
          <ApprovalName id={below} />
        ) : item.href === '/relay' ? (
          <GatewayName id={below} />
        ) : item.href === '/identities' ? (
          printable(decodeURIComponent(below))
        ) : item.href === '/plugins' || item.href === '/connectors' ? (
          below
        ) : (
          below.charAt(0).toUpperCase() + below.slice(1).replaceAll('-', ' ')
        )}
      </span>
    </nav>
  );
}

/** The title as soon as the run page has asked for it; this asks for nothing itself. */
function RunName({ id }: { id: string }) {
  const { data } = useQuery({ ...runQuery(id), enabled: false });
  return <>{data?.title ?? shortId(decodeURIComponent(id))}</>;
}

function ApprovalName({ id }: { id: string }) {
  const { data } = useQuery({ ...approvalQuery(decodeURIComponent(id)), enabled: false });
  return <>{data ? printable(`${data.connectorId} ${data.toolName}`) : shortId(decodeURIComponent(id))}</>;
}

function GatewayName({ id }: { id: string }) {
  const { data } = useQuery({ ...relayInstanceQuery(decodeURIComponent(id)), enabled: false });
  return <>{printable(data?.gatewayId ?? shortId(decodeURIComponent(id)))}</>;
}
