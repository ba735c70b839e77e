// Asks the browser for a passkey, and sends what it answers with the form. Everything else of the page works without this.
"use strict"
const form = document.getElementById("passkey")
const said = document.getElementById("passkey-said")

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"))
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0))
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

const listed = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }))

function make(asked) {
  return navigator.credentials.create({ publicKey: {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: listed(asked.excludeCredentials),
  } })
}

function show(asked) {
  return navigator.credentials.get({ publicKey: {
    ...asked,
    challenge: bytes(asked.challenge),
    allowCredentials: listed(asked.allowCredentials),
  } })
}

function answer({ id, rawId, type, response, authenticatorAttachment }) {
  const part = { clientDataJSON: text(response.clientDataJSON) }
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
    if (response[name]) part[name] = text(response[name])
  if (response.getTransports) part.transports = response.getTransports()
  return JSON.stringify({ id, rawId: text(rawId), type, response: part, authenticatorAttachment, clientExtensionResults: {} })
}

async function ask(event) {
  event.preventDefault()
  said.textContent = ""
  const asked = JSON.parse(form.dataset.asked)
  try {
    form.elements.answer.value = answer(await (form.dataset.does === "make" ? make(asked) : show(asked)))
  } catch (refusal) {
    said.textContent = refusal.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed
    return
  }
  form.submit()
}

if (window.PublicKeyCredential) {
  form.hidden = false
  form.addEventListener("submit", ask)
} else {
  said.textContent = form.dataset.missing
}
