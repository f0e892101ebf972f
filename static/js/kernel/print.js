// A button that prints the page; it is hidden where it could do nothing.

export default function attach(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
