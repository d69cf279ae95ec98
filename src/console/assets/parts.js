// Loads parts of a page into it: what the link or the button inside leads to. Without this script they lead to pages.

/** The HTML behind a link, or behind a button with the fields of its form; `isFailure` if it says what went wrong. */
export async function requestPart(control, signal) {
  const headers = { 'X-Part': 'true' }
  const response = await (control.href
    ? fetch(control.href, { headers, signal })
    : fetch(control.hasAttribute('formaction') ? control.formAction : control.form.action, {
        method: 'POST',
        headers,
        body: new URLSearchParams(new FormData(control.form, control)),
        signal,
      }))
  // the session has ended
  if (response.redirected) {
    location.reload()
    await new Promise(() => {})
  }
  return { html: await response.text(), isFailure: !response.ok }
}

async function load(container) {
  const control = container.querySelector('a, button')
  if (control === null || container.ariaBusy === 'true') return
  container.ariaBusy = 'true'
  const { html, isFailure } = await requestPart(control).catch(() => ({
    html: '<p class="note">The service cannot be reached.</p>',
    isFailure: true,
  }))
  container.ariaBusy = 'false'
  const content = document.createElement('div')
  content.innerHTML = html
  container.querySelector('.failure')?.remove()
  if (!isFailure) {
    delete container.dataset.part
    return control.parentElement.replaceWith(content)
  }
  // the control stays for another attempt
  content.className = 'failure'
  control.parentElement.before(content)
}

document.addEventListener(
  'toggle',
  ({ target }) => {
    if (target.open && 'part' in target.dataset) void load(target)
  },
  // this event does not bubble
  true,
)
document.addEventListener('click', (event) => {
  const container = event.target.closest('a, button')?.closest('[data-part]')
  if (!container) return
  event.preventDefault()
  void load(container)
})
for (const container of document.querySelectorAll('div[data-part]')) void load(container)
