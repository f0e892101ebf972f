// The phone's camera in the page: looks for a code several times a second, and tells each new one.

import { openReader } from "./reader.js";
import { Seen } from "./seen.js";

const LOOK_EVERY = 150;
// Larger pictures are read no better, and take longer.
const WIDEST = 960;

export class Camera {
  // `found` is told the text of each code that comes into view; `lost` is told when something else takes the camera.
  constructor({ video, proof, found, lost }) {
    Object.assign(this, { video, proof, found, lost, seen: new Seen(), stream: null, timer: 0, turn: 0 });
    this.canvas = document.createElement("canvas");
    this.pen = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  get on() {
    return this.stream !== null;
  }

  // The camera at the back of a phone, or the one that was chosen. Throws what the browser says of a camera it has not.
  async open(deviceId = "") {
    this.close();
    const { turn } = this;
    const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "environment" };
    const wanted = { audio: false, video: { ...which, width: { ideal: 1280 }, height: { ideal: 720 } } };
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    // Closed, or opened anew, while the person was asked: one picture and one look at a time.
    if (turn !== this.turn) return stop(stream);
    this.stream = stream;
    this.track.addEventListener("ended", () => turn === this.turn && this.lost());
    this.video.srcObject = this.stream;
    await this.video.play();
    this.read ??= await openReader(this.proof);
    this.look(turn);
  }

  close() {
    window.clearTimeout(this.timer);
    this.turn += 1;
    if (this.stream) stop(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  async look(turn) {
    if (turn !== this.turn) return;
    const text = document.hidden ? "" : await this.readNow().catch(() => "");
    if (turn !== this.turn) return;
    if (text && this.seen.fresh(text, Date.now())) this.found(text);
    this.timer = window.setTimeout(() => this.look(turn), LOOK_EVERY);
  }

  async readNow() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width) return "";
    const scale = Math.min(1, WIDEST / width);
    Object.assign(this.canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
    this.pen.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return (await this.read(this.pen.getImageData(0, 0, this.canvas.width, this.canvas.height)))[0] ?? "";
  }

  // The cameras there are, once one may be used; and the light beside it, where the browser can switch it.
  async cameras() {
    return (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");
  }

  get track() {
    return this.stream?.getVideoTracks()[0];
  }

  get hasLight() {
    return Boolean(this.track?.getCapabilities?.().torch);
  }

  light(on) {
    return this.track.applyConstraints({ advanced: [{ torch: on }] });
  }
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}
