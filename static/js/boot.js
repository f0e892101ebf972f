// Attaches each behaviour of a page: data-module="meals/tap" is js/meals/tap.js. The page works without any of them.

for (const element of document.querySelectorAll("[data-module]")) {
  import(`./${element.dataset.module}.js`)
    .then((module) => module.default(element))
    .catch((problem) => console.error(`${element.dataset.module}:`, problem));
}
