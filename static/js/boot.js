// Attaches each behaviour of a page: data-module="meals/tap" is js/meals/tap.js. The page works without any of them.

for (const element of document.querySelectorAll("[data-module]")) {
  import(`./${element.dataset.module}.js`)
    .then((module) => module.default(element))
    // For tests, and for whoever asks whether a press will be kept on the phone or posted as a form.
    .then(() => (element.dataset.attached = ""))
    .catch((problem) => console.error(`${element.dataset.module}:`, problem));
}
