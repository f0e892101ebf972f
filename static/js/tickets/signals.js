// What a result sounds and feels like: one short rise for yes, two low tones for no. Both as the person has chosen.

const NOTES = { ok: [[880, 0], [1320, 0.09]], warn: [[660, 0], [660, 0.16]], bad: [[220, 0], [180, 0.2]] };
const BEATS = { read: [15], ok: [40], warn: [40, 60, 40], bad: [200, 80, 200] };
let audio = null;

export function sound(kind) {
  audio ??= new AudioContext();
  for (const [pitch, after] of NOTES[kind]) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.25, audio.currentTime + after);
    loudness.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + after + 0.18);
    tone.connect(loudness).connect(audio.destination);
    tone.start(audio.currentTime + after);
    tone.stop(audio.currentTime + after + 0.2);
  }
}

export const vibrate = (kind) => navigator.vibrate?.(BEATS[kind]);
