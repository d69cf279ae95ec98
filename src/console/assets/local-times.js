// Shows times in the reader's zone, also in what is loaded later; without this script they are in UTC.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

function showLocalTimes() {
  for (const time of document.querySelectorAll('time:not([title])')) {
    time.title = time.textContent
    time.textContent = format.format(new Date(time.dateTime))
  }
}

showLocalTimes()
new MutationObserver(showLocalTimes).observe(document.body, { childList: true, subtree: true })
