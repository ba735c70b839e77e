// Writing a text with more ease: buttons, pasting, how it will look, saving meanwhile. The form works without this.
"use strict"
const form = document.getElementById("text-form")
const body = document.getElementById("body")
const look = document.getElementById("look")
const said = document.getElementById("saved")
const SAVE_EVERY = 30000, LOOK_AFTER = 600, LOOK_AGAIN_AFTER = 3000

// -- typing: as if by hand, so that undo takes it back -----------------------------------------------------------

function type(text, start = body.selectionStart, end = body.selectionEnd) {
  body.focus()
  body.setSelectionRange(start, end)
  if (document.execCommand(text ? "insertText" : "delete", false, text)) return
  body.setRangeText(text, start, end, "end")
  body.dispatchEvent(new Event("input", { bubbles: true }))
}

const picked = () => body.value.slice(body.selectionStart, body.selectionEnd)

function around(mark) {
  const start = body.selectionStart, words = picked(), size = mark.length
  if (words.length > 2 * size && words.startsWith(mark) && words.endsWith(mark)) {
    type(words.slice(size, -size))
    body.setSelectionRange(start, start + words.length - 2 * size)
  } else {
    type(mark + words + mark)
    body.setSelectionRange(start + size, start + size + words.length)
  }
}

function lines(change) {
  const start = body.value.lastIndexOf("\n", body.selectionStart - 1) + 1
  const last = body.value.indexOf("\n", body.selectionEnd)
  const end = last < 0 ? body.value.length : last
  const text = change(body.value.slice(start, end).split("\n")).join("\n")
  type(text, start, end)
  body.setSelectionRange(text.includes("\n") ? start : start + text.length, start + text.length)
}

const toggle = (prefix) => () => lines((all) => all.every((line) => line.startsWith(prefix))
  ? all.map((line) => line.slice(prefix.length))
  : all.map((line) => line.startsWith(prefix) ? line : prefix + line))

const does = {
  heading: toggle("## "),
  list: toggle("- "),
  quote: toggle("> "),
  strong: () => around("**"),
  emphasis: () => around("*"),
  link() {
    const start = body.selectionStart, words = picked() || form.dataset.words
    type(`[${words}](https://)`)
    const at = start + words.length + 3
    body.setSelectionRange(at, at + 8)
  },
  note() {
    const used = [...body.value.matchAll(/\[\^(\d+)\]/g)].map((found) => Number(found[1]))
    const mark = `[^${Math.max(0, ...used) + 1}]`
    type(mark, body.selectionEnd, body.selectionEnd)
    const end = body.value.length
    type(`${body.value.endsWith("\n") ? "\n" : "\n\n"}${mark}: `, end, end)
    body.scrollTop = body.scrollHeight
  },
  recommendation: () => lines((all) => {
    const items = all.filter((line) => line.trim())
    return ["{recommendations}", "", ...(items.length ? items : [""]).map((line, at) =>
      `${at + 1}. ${line.replace(/^(?:[-*]|\d+[.)])\s+/, "")}`)]
  }),
}

// -- the buttons: one stop for the Tab key, arrows within ----------------------------------------------------------

const tools = document.createElement("div")
tools.setAttribute("role", "toolbar")
tools.setAttribute("aria-label", form.dataset.formatting)
tools.setAttribute("aria-controls", "body")
const buttons = JSON.parse(form.dataset.tools).map(([name, words]) => {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "button second"
  button.dataset.does = name
  button.textContent = words
  tools.append(button)
  return button
})
body.before(tools)

function stand(at) {
  const to = buttons[(at + buttons.length) % buttons.length]
  for (const each of buttons) each.tabIndex = each === to ? 0 : -1
  return to
}

tools.addEventListener("click", (event) => {
  const button = event.target.closest("button")
  if (!button) return
  stand(buttons.indexOf(button))
  body.focus()
  does[button.dataset.does]()
})
tools.addEventListener("keydown", (event) => {
  const at = buttons.indexOf(document.activeElement)
  const on = getComputedStyle(tools).direction === "rtl" ? -1 : 1
  const to = { ArrowRight: at + on, ArrowLeft: at - on, Home: 0, End: -1 }[event.key]
  if (to === undefined) return
  event.preventDefault()
  stand(to).focus()
})
stand(0)

for (const link of document.querySelectorAll("[data-line]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault()
    const all = body.value.split("\n"), line = Number(link.dataset.line)
    const start = all.slice(0, line - 1).join("\n").length + (line > 1)
    body.focus()
    body.setSelectionRange(start, start + all[line - 1].length)
  })
}

// -- asking the desk -------------------------------------------------------------------------------------------------

function ask(path, fields, signal) {
  const headers = { "X-CSRFToken": form.elements.csrf_token.value }
  return fetch(path, { method: "POST", body: fields, headers, signal, redirect: "error" })
}

body.addEventListener("paste", async (event) => {
  const html = event.clipboardData.getData("text/html"), plain = event.clipboardData.getData("text/plain")
  if (!html) return
  event.preventDefault()
  const start = body.selectionStart, end = body.selectionEnd, before = body.value
  let text = plain, title = ""
  try {
    const fields = new FormData()
    fields.set("html", html)
    const answer = await ask(form.dataset.paste, fields)
    if (answer.ok) {
      const made = await answer.json()
      text = made.markdown || plain
      title = made.title || ""
    }
  } catch { /* what was copied is put in as plain words */ }
  if (title && !form.elements.title.value && !body.value.trim()) form.elements.title.value = title
  else if (title) text = `## ${title}\n\n${text}`
  if (body.value === before) type(text, start, end)
  else type(text)
})

let waiting, asked
function show(after = LOOK_AFTER) {
  clearTimeout(waiting)
  waiting = setTimeout(async () => {
    asked?.abort()
    const mine = asked = new AbortController()
    try {
      const answer = await ask(form.dataset.look, new FormData(form), mine.signal)
      if (answer.status >= 500) throw answer
      const looks = await answer.text()
      if (answer.ok && asked === mine) look.innerHTML = looks
    } catch {
      if (asked === mine) show(LOOK_AGAIN_AFTER) // a bad line; the next change asks sooner
    }
  }, after)
}

// -- what is not saved yet -------------------------------------------------------------------------------------------

let changes = "changed" in form.dataset ? 1 : 0, saved = 0, isSaving = false
let waits = "waits" in form.dataset

form.addEventListener("input", () => {
  changes += 1
  show()
})

async function save() {
  if (changes === saved || isSaving || waits) return
  const upTo = changes, fields = new FormData(form)
  fields.set("act", "auto")
  isSaving = true
  try {
    const answer = await ask(form.action, fields)
    const told = await answer.json()
    said.textContent = told.said
    if (answer.ok) {
      form.elements.seen.value = told.seen
      saved = upTo
    }
    waits = answer.status === 409
  } catch {
    said.textContent = form.dataset.unsaved
  }
  isSaving = false
}
setInterval(save, SAVE_EVERY)

form.addEventListener("submit", () => { saved = changes })
addEventListener("beforeunload", (event) => {
  if (changes !== saved) event.preventDefault()
})
