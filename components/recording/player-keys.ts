import type { Playback, PlaybackState } from './playback';
import { speeds } from './player-words';

const stepSeconds = 5;

/** Space or k plays, arrows step, Home and End go to the ends, < and > change the speed. False for any other key. */
export function pressPlayerKey(key: string, playback: Playback, state: PlaybackState): boolean {
  switch (key) {
    case ' ':
    case 'k':
      playback.toggle();
      return true;
    case 'ArrowLeft':
      playback.step(-stepSeconds);
      return true;
    case 'ArrowRight':
      playback.step(stepSeconds);
      return true;
    case 'Home':
      playback.seek(0);
      return true;
    case 'End':
      playback.seek(state.durationSeconds);
      return true;
    case '<':
    case '>': {
      const at = speeds.indexOf(state.speed) + (key === '>' ? 1 : -1);
      const speed = speeds[at];
      if (speed !== undefined) playback.setSpeed(speed);
      return true;
    }
    default:
      return false;
  }
}
