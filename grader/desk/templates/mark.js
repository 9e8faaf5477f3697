"use strict";
// Keys for marking. Without this script the page is a plain form, and Enter in the marks still saves.
const form = document.getElementById("form");
const marks = document.getElementById("marks");
const reason = document.getElementById("reason");
const step = Number(form.dataset.step);
const most = Number(form.dataset.most);

function go(way) {
  const link = document.querySelector(`a[rel=${way}]`);
  if (link) link.click();
}

function change(by) {
  const [top, bottom = 1] = marks.value.replace(",", ".").split("/");
  const now = top / bottom || 0;
  marks.value = String(Math.min(Math.max(Math.round((now + by) / step) * step, 0), most));
  marks.select(); // so that a digit replaces it
}

function say(text) {
  const kept = reason.value.trim();
  if (!kept.split("\n").includes(text)) reason.value = kept ? `${kept}\n${text}` : text;
}

function inMarks(event) {
  const comment = document.querySelector(`button.comment[data-key="${CSS.escape(event.key)}"]`);
  const does = {
    ArrowUp: () => change(step),
    ArrowDown: () => change(-step),
    ArrowLeft: () => go("prev"),
    ArrowRight: () => go("next"),
    r: () => reason.focus(),
  };
  if (comment) comment.click();
  else if (does[event.key]) does[event.key]();
  else return;
  event.preventDefault();
}

function inReason(event) {
  if (event.key === "Escape") marks.focus();
  else if (event.key === "Enter" && !event.shiftKey) form.requestSubmit(document.getElementById("save"));
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target === reason) inReason(event);
  else if (event.target === marks) inMarks(event);
  else if (event.target === document.body) {
    marks.focus();
    inMarks(event);
  }
});
for (const button of document.querySelectorAll("button.comment")) {
  button.addEventListener("click", () => {
    say(button.querySelector("span").textContent);
    marks.focus();
  });
}
marks.focus();
marks.select();
