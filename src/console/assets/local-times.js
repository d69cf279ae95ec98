// Shows times in the reader's zone; without this script they are in UTC.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
for (const time of document.querySelectorAll('time')) {
  time.title = time.textContent
  time.textContent = format.format(new Date(time.dateTime))
}
