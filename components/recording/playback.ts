/**
 * Plays a cast onto a screen. Going back starts from the nearest kept picture of the screen, so that a long recording is not
 * written again from its start; going forward writes what lies between at once.
 */
import { SerializeAddon } from '@xterm/addon-serialize';
import type { Screen } from '@/components/terminal/screen';
import { type Cast, parseSize } from './cast';
import { createTimeline, type Timeline } from './timeline';

export interface PlaybackState {
  playing: boolean;
  /** On the present timeline. */
  seconds: number;
  durationSeconds: number;
  speed: number;
  skipPauses: boolean;
}

interface Picture {
  /** Events written before it was taken. */
  count: number;
  /** Null until the screen has shown everything before it. */
  text: string | null;
  cols: number;
  rows: number;
}

const pictureEveryChars = 512 * 1024;
const tellEveryMs = 100;

export function createPlayback({
  cast,
  screen,
  onState,
}: {
  cast: Cast;
  screen: Screen;
  onState: (state: PlaybackState) => void;
}) {
  const { terminal } = screen;
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer);
  const pictures: Picture[] = [{ count: 0, text: '', cols: cast.cols, rows: cast.rows }];
  let timeline: Timeline = createTimeline(cast, true);
  let state: PlaybackState = {
    playing: false,
    seconds: 0,
    durationSeconds: timeline.durationSeconds,
    speed: 1,
    skipPauses: true,
  };
  let written = 0;
  let charsSincePicture = 0;
  let frame = 0;
  let lastMs = 0;
  let toldMs = 0;
  let disposed = false;

  function update(change: Partial<PlaybackState>): void {
    state = { ...state, ...change };
    onState(state);
  }

  /** Writes up to `count` events in one go; a change of size waits for the bytes before it. */
  function writeTo(count: number): void {
    let text = '';
    const flush = () => {
      if (text) terminal.write(text);
      charsSincePicture += text.length;
      text = '';
    };
    for (; written < count; written += 1) {
      const event = cast.events[written];
      if (event?.kind === 'o') text += event.data;
      const size = event?.kind === 'r' ? parseSize(event.data) : null;
      if (size) {
        flush();
        screen.resizeInOrder(size.cols, size.rows);
      }
      if (text.length + charsSincePicture >= pictureEveryChars) {
        flush();
        takePicture(written + 1);
      }
    }
    flush();
  }

  function takePicture(count: number): void {
    charsSincePicture = 0;
    if ((pictures.at(-1)?.count ?? 0) >= count) return;
    const picture: Picture = { count, text: null, cols: cast.cols, rows: cast.rows };
    pictures.push(picture);
    terminal.write('', () => {
      if (!disposed) Object.assign(picture, { text: serializer.serialize(), cols: terminal.cols, rows: terminal.rows });
    });
  }

  function goBackTo(count: number): void {
    const picture = pictures.findLast((each) => each.text !== null && each.count <= count);
    if (!picture) return;
    terminal.write('', () => {
      terminal.reset();
      terminal.resize(picture.cols, picture.rows);
    });
    if (picture.text) terminal.write(picture.text);
    written = picture.count;
    charsSincePicture = 0;
  }

  function show(seconds: number): void {
    const count = timeline.countAt(seconds);
    if (count < written) goBackTo(count);
    writeTo(count);
  }

  function tick(nowMs: number): void {
    if (!state.playing) return;
    const seconds = Math.min(state.durationSeconds, state.seconds + ((nowMs - lastMs) / 1000) * state.speed);
    lastMs = nowMs;
    show(seconds);
    state = { ...state, seconds };
    if (seconds >= state.durationSeconds) {
      update({ playing: false });
      return;
    }
    if (nowMs - toldMs >= tellEveryMs) {
      toldMs = nowMs;
      onState(state);
    }
    frame = requestAnimationFrame(tick);
  }

  const playback = {
    play(): void {
      if (state.playing) return;
      if (state.seconds >= state.durationSeconds) playback.seek(0);
      update({ playing: true });
      lastMs = performance.now();
      frame = requestAnimationFrame(tick);
    },
    pause(): void {
      cancelAnimationFrame(frame);
      if (state.playing) update({ playing: false });
    },
    toggle: () => (state.playing ? playback.pause() : playback.play()),
    seek(seconds: number): void {
      const next = Math.min(state.durationSeconds, Math.max(0, seconds));
      show(next);
      lastMs = performance.now();
      update({ seconds: next });
    },
    step: (bySeconds: number) => playback.seek(state.seconds + bySeconds),
    /** To just after the event at `index`. */
    seekToEvent: (index: number) => playback.seek(timeline.timeOf(index)),
    timeOfEvent: (index: number) => timeline.timeOf(index),
    setSpeed: (speed: number) => update({ speed }),
    /** Keeps the place: the same event, at its time on the other timeline. */
    setSkipPauses(skipPauses: boolean): void {
      timeline = createTimeline(cast, skipPauses);
      const seconds = written === 0 ? 0 : timeline.timeOf(written - 1);
      update({ skipPauses, seconds, durationSeconds: timeline.durationSeconds });
    },
    dispose(): void {
      disposed = true;
      cancelAnimationFrame(frame);
    },
  };
  onState(state);
  return playback;
}
export type Playback = ReturnType<typeof createPlayback>;
