// Viewable as the MRC guideline counts it: half of the pixels (30 % of a unit above 242,500 px²) for one continuous
// second in a visible, focused tab. Leaving the view, the tab or the window starts the second anew.
const watched = new Map();

const check = () => {
  for (const [unit, watch] of watched) {
    if (watch.enough && !document.hidden && document.hasFocus()) {
      watch.second ||= setTimeout(() => {
        watched.delete(unit);
        eye.unobserve(unit);
        watch.seen();
      }, 1e3);
    } else watch.second = clearTimeout(watch.second);
  }
};

const eye = new IntersectionObserver(entries => {
  for (const { target, intersectionRatio, boundingClientRect } of entries) {
    const watch = watched.get(target);
    if (watch) watch.enough = intersectionRatio >= (boundingClientRect.width * boundingClientRect.height > 242500 ? .3 : .5);
  }
  check();
}, { threshold: [.3, .5] });

const watchFor = (unit, seen) => {
  watched.set(unit, { seen });
  eye.observe(unit);
};

document.addEventListener("visibilitychange", check);
addEventListener("focus", check);
addEventListener("blur", check);
