/*
 * What makes the application form nicer; without it, the form works as well.
 *
 * It sends the form without leaving the page, shows the server's refusals in the same places and the same
 * words as the server's own page does, and counts the characters of long texts. For a new application it
 * keeps a draft in this tab's storage until it is sent, and asks the server for the time at which it was
 * begun. If the form has closed, the draft is on the page to copy. The server is the only judge of an answer.
 *
 * Only a form that was blank asks for that time. One that comes back filled in, from a draft, the browser or
 * the server, was begun earlier: with the present time, its sender would be taken for a robot.
 */
"use strict";

const ERROR_TITLE = "Error: ";
const NOT_SENT =
  "The form could not be sent. Your answers are still here: check your connection and send them again";
/** For how long the time at which a form was begun is sent; the server takes it for a day longer. */
const STAMP_LIVES = 6 * 24 * 60 * 60 * 1000;

/** Return the hidden field for the time at which a new form was begun, or null for an owner's. */
function stampOf(form) {
  return form.querySelector("[data-stamp]");
}

/** Return the element that a refusal's link leads to, or null. */
function inputOf(form, name) {
  return form.querySelector(`#${CSS.escape(name)}`);
}

/** Bring a question into view from its label on, then focus its input without scrolling past that. */
function lead(form, name) {
  const input = inputOf(form, name);
  if (!input) return;
  const question = input.closest("[data-question]") ?? input;
  question.scrollIntoView();
  input.focus({ preventScroll: true });
}

/** Say, or unsay, what is wrong with one question. */
function mark(question, words) {
  const name = question.dataset.question;
  const error = question.querySelector(".error");
  const described = question.querySelector("fieldset") ?? question.querySelector(".text, input");
  question.classList.toggle("question--error", words !== "");
  error.hidden = words === "";
  error.querySelector("[data-error]").textContent = words;
  const ids = ["hint", "shared", "error"]
    .map((part) => question.querySelector(`#${CSS.escape(`${name}-${part}`)}`))
    .filter((element) => element && !element.hidden)
    .map((element) => element.id);
  if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
  else described.removeAttribute("aria-describedby");
  if (words) described.setAttribute("aria-invalid", "true");
  else described.removeAttribute("aria-invalid");
}

/** Show refusals, a list of [question's name or "", words], and take the focus to their summary. */
function refuse(form, refusals) {
  const byName = new Map(refusals);
  for (const question of form.querySelectorAll("[data-question]")) {
    mark(question, byName.get(question.dataset.question) ?? "");
    // What the server was sent is what it has asked about, if it has.
    const asked = question.querySelector("[data-asked]");
    if (asked) asked.value = question.querySelector(".text").value;
  }
  const summary = form.querySelector("[data-error-summary]");
  const list = summary.querySelector("ul");
  list.replaceChildren(
    ...refusals.map(([name, words]) => {
      const item = document.createElement("li");
      if (name && inputOf(form, name)) {
        const link = document.createElement("a");
        link.href = `#${name}`;
        link.textContent = words;
        item.append(link);
      } else {
        item.textContent = words;
      }
      return item;
    }),
  );
  summary.hidden = false;
  if (!document.title.startsWith(ERROR_TITLE)) document.title = ERROR_TITLE + document.title;
  summary.focus();
}

/** A body that is too large can't be shown on the server's page: it has to be shortened in the form. */
const TOO_LARGE = 413;

/** Send the form's answers; return where to read on, the refusals, or that the server's page says more. */
async function send(form) {
  const response = await fetch(form.action, {
    method: "POST",
    headers: { accept: "application/json, application/problem+json" },
    body: new URLSearchParams(new FormData(form)),
  });
  if (response.status === 201) return { location: response.headers.get("location") };
  const answer = await response.json();
  if (response.ok) return { location: answer.location };
  if (answer.errors?.length) {
    return {
      refusals: answer.errors.map(({ pointer, detail }) => [pointer.slice("#/".length), detail]),
    };
  }
  if (!answer.detail) return { refusals: [["", NOT_SENT]] };
  if (response.status === TOO_LARGE) return { refusals: [["", answer.detail]] };
  return { elsewhere: true, mayPass: response.status >= 500 };
}

/** How a draft calls the time by this device's clock at which the form was begun. */
const SINCE = "opened-since";
/** How a draft calls its answers in words, each below its question. */
const WORDS = "in-words";

/** Return a question and what was answered, as a person reads them, or "" if nothing was. */
function inWords(question) {
  const asked = question.querySelector("legend, label").textContent.trim();
  const answers = [...question.querySelectorAll(".text, input:checked")]
    .map((field) => (field.matches(":checked") ? field.labels[0].textContent : field.value).trim())
    .filter(Boolean);
  return answers.length ? `${asked}\n${answers.join(", ")}` : "";
}

/** Return under what name a role's draft is kept. */
function draftOf(role) {
  return `application-${role}`;
}

/** A draft in this tab's own storage: never a private answer, and gone once it is sent. */
class Draft {
  constructor(form) {
    this.form = form;
    this.key = draftOf(form.elements.role.value);
  }

  get questions() {
    return [...this.form.querySelectorAll("[data-question]:not([data-private])")];
  }

  get fields() {
    return this.questions.flatMap((question) => [...question.querySelectorAll("input, textarea")]);
  }

  save() {
    const stamped = stampOf(this.form);
    const kept = this.fields
      .filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked)
      .map((field) => [field.name, field.value]);
    kept.push([stamped.name, stamped.value], [SINCE, stamped.dataset.since ?? ""]);
    kept.push([WORDS, this.questions.map(inWords).filter(Boolean).join("\n\n")]);
    try {
      sessionStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      // Storage is full or forbidden: the form goes on without a draft.
    }
  }

  /** Put the draft into the form, with the time at which it was begun; return whether there is one. */
  restore() {
    let kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(this.key)) ?? [];
    } catch {
      // Storage is forbidden, or holds what another version wrote.
      return false;
    }
    if (!kept.length) return false;
    for (const field of this.fields) {
      const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else field.value = values[0] ?? field.value;
    }
    const stamped = stampOf(this.form);
    const known = new Map(kept);
    stamped.value = known.get(stamped.name) ?? "";
    stamped.dataset.since = known.get(SINCE) ?? "";
    return true;
  }

  forget() {
    try {
      sessionStorage.removeItem(this.key);
    } catch {
      // Storage is forbidden, so nothing was kept.
    }
  }
}

/** Take the server's signed time into the form. If you are faster, or offline, it is sent without. */
async function stamp(form) {
  const field = stampOf(form);
  if (field.value) return;
  try {
    const response = await fetch(field.dataset.stamp, { headers: { accept: "application/json" } });
    if (!response.ok) return;
    field.value = (await response.json()).opened;
    field.dataset.since = Date.now();
  } catch {
    // The server treats the form as one of a browser without scripts.
  }
}

/** Leave out a time that is so long ago that the server would not believe it. */
function withoutOldStamp(form) {
  const field = stampOf(form);
  if (field && Date.now() - Number(field.dataset.since) > STAMP_LIVES) field.value = "";
}

/** Tell whether nobody has filled in anything yet. */
function isBlank(form) {
  return [...form.querySelectorAll("[data-question] :is(input, textarea)")].every((field) =>
    ["checkbox", "radio"].includes(field.type)
      ? field.checked === field.defaultChecked
      : field.value === field.defaultValue,
  );
}

/** Say how many characters are left of a long text, counted as the server counts them. */
function count(counter) {
  const most = Number(counter.dataset.counter);
  const text = counter.closest("[data-question]").querySelector("textarea").value;
  const left = most - [...text.normalize("NFC").trim()].length;
  const characters = Math.abs(left) === 1 ? "character" : "characters";
  counter.textContent =
    left >= 0 ? `${left} ${characters} left` : `${-left} ${characters} too many`;
}

/** Say how many options are chosen of how many there may be, and for one too many, what to do. */
function choose(counter) {
  const most = Number(counter.dataset.chosen);
  const chosen = counter.closest("[data-question]").querySelectorAll("input:checked").length;
  counter.hidden = chosen === 0;
  counter.textContent =
    chosen > most ? `${chosen} of ${most}: take ${chosen - most} away` : `${chosen} of ${most}`;
}

function begin(form) {
  const draft = "new" in form.dataset ? new Draft(form) : null;
  const summary = form.querySelector("[data-error-summary]");
  const button = form.querySelector("[type=submit]");
  const status = form.querySelector("[data-status]");
  const counters = [...form.querySelectorAll("[data-counter]")];
  const limits = [...form.querySelectorAll("[data-chosen]")];

  // What the server sent back is newer than a draft.
  let isNew = summary.hidden && isBlank(form);
  if (!summary.hidden) summary.focus();
  else if (draft?.restore()) isNew = false;
  counters.forEach(count);
  limits.forEach(choose);

  form.addEventListener("input", () => {
    draft?.save();
    counters.forEach(count);
    limits.forEach(choose);
  });
  if (draft && isNew) {
    const begun = async () => {
      await stamp(form);
      // What is being sent is kept no longer.
      if (!button.disabled) draft.save();
    };
    form.addEventListener("input", begun, { once: true });
  }
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    lead(form, decodeURIComponent(link.hash.slice(1)));
  });
  // A browser that goes back may show the page as it was left, in the middle of sending.
  window.addEventListener("pageshow", () => {
    button.disabled = false;
    status.textContent = "";
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    withoutOldStamp(form);
    status.textContent = "Sending your answers …";
    let outcome;
    try {
      outcome = await send(form);
    } catch {
      outcome = { refusals: [["", NOT_SENT]] };
    }
    if (outcome.location) {
      draft?.forget();
      window.location.assign(outcome.location);
      return;
    }
    if (outcome.elsewhere) {
      // It may go through this time, and what was sent is forgotten; if not, the page has every answer.
      if (outcome.mayPass) draft?.forget();
      // The browser's own sending shows the server's page, as it does without scripts.
      form.submit();
      return;
    }
    button.disabled = false;
    status.textContent = "";
    refuse(form, outcome.refusals);
  });
}

/** On the page of a form that has closed, give back what was typed into it. */
function giveBack(closed) {
  let kept;
  try {
    kept = JSON.parse(sessionStorage.getItem(draftOf(closed.dataset.draft))) ?? [];
  } catch {
    // Storage is forbidden, or holds what another version wrote.
    return;
  }
  const words = new Map(kept).get(WORDS);
  if (!words) return;
  closed.querySelector("textarea").value = words;
  closed.hidden = false;
}

document.querySelectorAll("[data-application]").forEach(begin);
document.querySelectorAll("[data-draft]").forEach(giveBack);
