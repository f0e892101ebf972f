// The phone's camera in the page: looks for a code several times a second, and tells each new one.

import { openReader } from "./reader.js";
import { Seen } from "./seen.js";

const LOOK_EVERY = 150;
// Larger pictures are read no better, and take longer.
const WIDEST = 960;

export class Camera {
  // `found` is told the text of each code that comes into view.
  constructor({ video, proof, found }) {
    Object.assign(this, { video, proof, found, seen: new Seen(), stream: null, timer: 0 });
    this.canvas = document.createElement("canvas");
    this.pen = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  get on() {
    return this.stream !== null;
  }

  // The camera at the back of a phone, or the one that was chosen. Throws what the browser says of a camera it has not.
  async open(deviceId = "") {
    this.close();
    const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "environment" };
    const wanted = { audio: false, video: { ...which, width: { ideal: 1280 }, height: { ideal: 720 } } };
    this.stream = await navigator.mediaDevices.getUserMedia(wanted);
    this.video.srcObject = this.stream;
    await this.video.play();
    this.read ??= await openReader(this.proof);
    this.look();
  }

  close() {
    window.clearTimeout(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  async look() {
    if (!this.on) return;
    const text = document.hidden ? "" : await this.readNow().catch(() => "");
    if (text && this.seen.fresh(text, Date.now())) this.found(text);
    if (this.on) this.timer = window.setTimeout(() => this.look(), LOOK_EVERY);
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
