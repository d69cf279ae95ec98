// Replaces the picture of a map by one that can be moved, where WebGL 2 is available.
import { listen } from './map-gestures.js'
import { createPoints } from './map-points.js'
import { MapView } from './map-view.js'
import { requestPart } from './parts.js'

const figure = document.querySelector('.map')
const picture = figure?.querySelector('.map-picture')
const status = figure?.querySelector('.map-status')
const sample = status?.textContent
if (figure) void open()

async function open() {
  try {
    const [positions, categories] = await Promise.all([
      read(figure.dataset.positions).then((bytes) => new Float32Array(bytes)),
      read(figure.dataset.colors).then((bytes) => new Uint8Array(bytes)),
    ])
    show(positions, categories)
  } catch (error) {
    restorePicture(error.message)
  }
}

async function read(address) {
  const response = await fetch(address)
  if (!response.ok || response.redirected) throw new Error('The points cannot be loaded; reload the page')
  return response.arrayBuffer()
}

function restorePicture(reason) {
  const live = figure.querySelector('.map-live')
  // in pixels of the live map
  live?.querySelector('.marks').remove()
  live?.remove()
  figure.querySelector('.controls').hidden = true
  picture.removeAttribute('hidden')
  status.textContent = `${reason}. ${sample}`
}

function show(positions, categories) {
  const live = document.createElement('div')
  live.className = 'map-live'
  const canvas = document.createElement('canvas')
  const overlay = document.createElementNS(picture.namespaceURI, 'svg')
  const outline = document.createElementNS(picture.namespaceURI, 'path')
  const marks = picture.querySelector('.marks')
  const points = createPoints(canvas, positions, categories)
  const view = new MapView()
  const name = figure.querySelector('.map-name')
  const lassoButton = figure.querySelector('[data-action=lasso]')
  let lasso = null
  let isScheduled = false
  let rest = 0
  let previousFrame = 0
  // of points that the device draws fast enough while the map moves
  let affordable = categories.length
  let palette = readPalette()

  overlay.setAttribute('role', 'application')
  overlay.setAttribute('tabindex', '0')
  overlay.setAttribute(
    'aria-label',
    `${picture.getAttribute('aria-label')}. Arrow keys move it, plus and minus zoom, zero shows it whole, Enter lists what is in view.`,
  )
  outline.setAttribute('class', 'lasso')
  overlay.append(outline, marks)
  live.append(canvas, overlay)
  picture.setAttribute('hidden', '')
  picture.before(live)
  figure.querySelector('.controls').hidden = false
  status.textContent = ''

  const draw = (count = categories.length) => {
    points.draw(view, count, pointSize(categories.length, view.zoom), palette, devicePixelRatio)
    for (const mark of marks.children) {
      const [left, top] = view.toScreen(...mark.dataset.at.split(' ').map(Number))
      mark.setAttribute('transform', `translate(${left} ${top})`)
    }
    const corners = lasso?.map((place) => view.toScreen(...place).join(' ')) ?? []
    outline.setAttribute('d', corners.length > 1 ? `M${corners.join('L')}Z` : '')
  }
  const drawMoving = (now) => {
    isScheduled = false
    const elapsed = now - previousFrame
    previousFrame = now
    if (elapsed < restMs) {
      const factor = Math.min(1.25, Math.max(0.5, frameMs / elapsed))
      affordable = Math.min(categories.length, Math.max(minPoints, Math.round(affordable * factor)))
    }
    draw(affordable)
  }
  const schedule = () => {
    if (!isScheduled) requestAnimationFrame(drawMoving)
    isScheduled = true
    clearTimeout(rest)
    rest = setTimeout(() => draw(), restMs)
  }

  new ResizeObserver(() => {
    view.resize(live.clientWidth, live.clientHeight)
    canvas.width = Math.round(live.clientWidth * devicePixelRatio)
    canvas.height = Math.round(live.clientHeight * devicePixelRatio)
    // at once, because a canvas of another size is empty
    draw()
  }).observe(live)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    palette = readPalette()
    schedule()
  })
  canvas.addEventListener('webglcontextlost', () => restorePicture('The graphics processor was lost'))

  const select = async (corners) => {
    status.textContent = 'Reading the selection…'
    const { html } = await requestPart({
      href: `${figure.dataset.selection}&lasso=${corners.map(round)}`,
    }).catch(() => ({ html: '<p class="note">The service cannot be reached.</p>' }))
    const selection = document.querySelector('#selection')
    selection.innerHTML = html
    status.textContent = selection.querySelector('h2')?.textContent ?? ''
  }

  const names = fetch(figure.dataset.names).then((response) => (response.ok ? response.json() : null))
  const pointAt = (position) => nearest(positions, view, position)
  let pointed = 0
  listen(overlay, view, () => lassoButton.ariaPressed === 'true', {
    change: schedule,
    point: async (position) => {
      const number = ++pointed
      const point = pointAt(position)
      const text = point === -1 ? '' : ((await names)?.names[point] ?? '')
      if (number !== pointed) return
      name.hidden = text === ''
      name.textContent = text
      name.style.translate = `${Math.min(position[0] + 12, view.width * 0.7)}px ${position[1] + 12}px`
      overlay.classList.toggle('on-point', point !== -1 && 'item' in figure.dataset)
    },
    leave: () => {
      pointed++
      name.hidden = true
    },
    open: async (position) => {
      const id = (await names)?.ids?.[pointAt(position)]
      if (id !== undefined) location.assign(figure.dataset.item + encodeURIComponent(id))
    },
    lasso: (path) => {
      lasso = path?.map((position) => view.toMap(...position)) ?? null
      schedule()
    },
    select: (path) => {
      lasso = thin(path).map((position) => view.toMap(...position))
      lassoButton.ariaPressed = 'false'
      schedule()
      void select(lasso.flat())
    },
    inView: () => void select(view.corners()),
    clear: () => {
      lasso = null
      document.querySelector('#selection').replaceChildren()
    },
  })

  const actions = {
    'zoom-in': () => view.zoomAt(1.5),
    'zoom-out': () => view.zoomAt(1 / 1.5),
    whole: () => view.moveTo(0, 0, 1),
    lasso: () => {
      lassoButton.ariaPressed = String(lassoButton.ariaPressed !== 'true')
    },
    'in-view': () => void select(view.corners()),
  }
  figure.addEventListener('click', (event) => {
    const button = event.target.closest('[data-action]')
    if (button === null) return
    actions[button.dataset.action]()
    schedule()
  })
  fly(
    view,
    [...marks.children].map((mark) => mark.dataset.at.split(' ').map(Number)),
    schedule,
  )
}

/** Of a frame while the map moves: 36 a second. */
const frameMs = 28
/** After which a map that does not move has all points. */
const restMs = 150
const minPoints = 2000

/** Nine colors, red, green and blue from 0 to 1. */
function readPalette() {
  const style = getComputedStyle(figure)
  return Float32Array.from(
    Array.from({ length: 9 }, (_, n) => {
      const hex = style.getPropertyValue(`--map-${n}`).trim().slice(1)
      const digits = hex.length === 3 ? [...hex].map((digit) => digit + digit) : hex.match(/../g)
      return digits.map((pair) => Number.parseInt(pair, 16) / 255)
    }).flat(),
  )
}

/** In pixels: many points are small, and grow as the map is enlarged. */
function pointSize(count, zoom) {
  const whole = Math.min(6, Math.max(2, 240 / Math.sqrt(count)))
  return Math.min(10, whole * zoom ** 0.3)
}

/** The number of the point nearest to a position, −1 if none is near. */
function nearest(positions, view, [left, top]) {
  const [x, y] = view.toMap(left, top)
  let shortest = (8 / view.scale) ** 2
  let found = -1
  for (let n = 0; n < positions.length; n += 2) {
    const distance = (positions[n] - x) ** 2 + (positions[n + 1] - y) ** 2
    if (distance > shortest) continue
    shortest = distance
    found = n / 2
  }
  return found
}

const maxCorners = 200

function thin(path) {
  const step = Math.ceil(path.length / maxCorners)
  return path.filter((_, n) => n % step === 0)
}

function round(coordinate) {
  return Number(coordinate.toFixed(5))
}

/** Moves the view until it shows all places. */
function fly(view, places, schedule) {
  if (places.length === 0) return
  const target = view.around(places)
  const start = performance.now()
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
  const step = (now) => {
    const share = isStill ? 1 : Math.min(1, Math.max(0, (now - start) / flightMs))
    const eased = share * share * (3 - 2 * share)
    view.moveTo(eased * target.x, eased * target.y, target.zoom ** eased)
    schedule()
    if (share < 1) requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
}

const flightMs = 700
