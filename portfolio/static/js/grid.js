// A wide grid opens at the first module that somebody has not completed; what is done lies to its left.
const now = document.querySelector("[data-now]");
const scroller = now?.closest(".scroll");
if (scroller) {
  const pinned = scroller.querySelector("th").offsetWidth;
  scroller.scrollLeft = now.offsetLeft - pinned;
}
