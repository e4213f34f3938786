/** Two short tones, made here: nothing is loaded for them. Silent where the browser has not seen a press on the page yet. */
export function playAttention(): void {
  if (!('AudioContext' in window)) return;
  const audio = new AudioContext();
  const endsAt = [660, 880].reduce((from, hertz) => tone(audio, hertz, from), audio.currentTime);
  setTimeout(() => void audio.close(), (endsAt - audio.currentTime) * 1000 + 200);
}

const toneSeconds = 0.16;
const volume = 0.08;

/** @returns when it ends, in seconds of the context's own time. */
function tone(audio: AudioContext, hertz: number, from: number): number {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(volume, from);
  gain.gain.exponentialRampToValueAtTime(0.0001, from + toneSeconds);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(from);
  oscillator.stop(from + toneSeconds);
  return from + toneSeconds;
}
