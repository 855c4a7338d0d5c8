// A wide grid opens at the first module in which somebody is late, or at that of today; what is done lies to its left.
const now = document.querySelector("[data-now]");
const scroller = now?.closest(".scroll");
if (scroller) {
  const [name, pace] = scroller.querySelectorAll("th");
  scroller.scrollLeft = now.offsetLeft - name.offsetWidth - pace.offsetWidth;
}
