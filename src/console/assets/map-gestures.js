// Moves a map by mouse, fingers and keys. A lasso is drawn with the shift key, or while `isDrawing()`.

/**
 * @param on what happens after a gesture: `change` of the view, `point`, `leave`, `open`, `lasso` while it is drawn or null,
 * `select` when it is closed, `inView` and `clear`; positions are in pixels of the element
 */
export function listen(element, view, isDrawing, on) {
  const fingers = new Map()
  let path = null
  let hasMoved = false

  const at = (event) => {
    const { left, top } = element.getBoundingClientRect()
    return [event.clientX - left, event.clientY - top]
  }

  element.addEventListener('pointerdown', (event) => {
    element.setPointerCapture(event.pointerId)
    fingers.set(event.pointerId, at(event))
    hasMoved = false
    if (fingers.size === 1 && (isDrawing() || event.shiftKey)) path = [at(event)]
    else endLasso()
  })

  element.addEventListener('pointermove', (event) => {
    const position = at(event)
    const previous = fingers.get(event.pointerId)
    if (previous === undefined) return on.point(position)
    const moved = [position[0] - previous[0], position[1] - previous[1]]
    if (!hasMoved && fingers.size === 1 && Math.hypot(...moved) < 4) return
    hasMoved = true
    if (path !== null) extendLasso(position)
    else if (fingers.size === 1) view.moveBy(...moved)
    else if (fingers.size === 2) pinch(event.pointerId, position)
    fingers.set(event.pointerId, position)
    on.change()
  })

  function extendLasso(position) {
    path.push(position)
    on.lasso(path)
  }

  function endLasso() {
    if (path !== null) on.lasso(null)
    path = null
  }

  function pinch(id, position) {
    const [, other] = [...fingers].find(([finger]) => finger !== id)
    const distance = (from) => Math.max(1, Math.hypot(from[0] - other[0], from[1] - other[1]))
    view.zoomAt(distance(position) / distance(fingers.get(id)), ...other)
  }

  element.addEventListener('pointerup', (event) => {
    if (!fingers.delete(event.pointerId)) return
    if (path?.length > 2) {
      on.select(path)
      path = null
    } else if (path !== null) endLasso()
    else if (!hasMoved && fingers.size === 0) on.open(at(event))
  })
  element.addEventListener('pointercancel', (event) => {
    fingers.delete(event.pointerId)
    endLasso()
  })
  element.addEventListener('pointerleave', () => on.leave())

  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      view.zoomAt(
        Math.exp(-Math.sign(event.deltaY) * Math.min(Math.abs(event.deltaY), 100) * 0.003),
        ...at(event),
      )
      on.change()
    },
    { passive: false },
  )

  element.addEventListener('keydown', (event) => {
    const key = keys[event.key]
    if (key === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    key(view, on)
    on.change()
  })
}

const step = 0.15
const keys = {
  ArrowLeft: (view) => view.moveBy(step * view.width, 0),
  ArrowRight: (view) => view.moveBy(-step * view.width, 0),
  ArrowUp: (view) => view.moveBy(0, step * view.height),
  ArrowDown: (view) => view.moveBy(0, -step * view.height),
  '+': (view) => view.zoomAt(1.5),
  '=': (view) => view.zoomAt(1.5),
  '-': (view) => view.zoomAt(1 / 1.5),
  0: (view) => view.moveTo(0, 0, 1),
  Enter: (_, on) => on.inView(),
  Escape: (_, on) => on.clear(),
}
