import { type EventFrame, eventFrame } from '@/lib/contracts/events';

export function parseEventFrame(text: string): EventFrame {
  return eventFrame.parse(JSON.parse(text));
}
