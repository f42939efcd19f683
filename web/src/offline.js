// Register the service worker, where there may be one.

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(new URL("worker.js", document.baseURI)).catch(() => {});
}
