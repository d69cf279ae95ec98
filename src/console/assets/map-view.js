// Which part of a map is shown: its center, and pixels per unit. Coordinates of the map are between −1 and 1, y upwards.

export class MapView {
  x = 0
  y = 0
  width = 1
  height = 1
  #zoom = 1

  get scale() {
    return (this.#zoom * Math.min(this.width, this.height)) / 2.1
  }

  get zoom() {
    return this.#zoom
  }

  resize(width, height) {
    this.width = width
    this.height = height
  }

  toScreen(x, y) {
    return [this.width / 2 + (x - this.x) * this.scale, this.height / 2 - (y - this.y) * this.scale]
  }

  toMap(left, top) {
    return [this.x + (left - this.width / 2) / this.scale, this.y - (top - this.height / 2) / this.scale]
  }

  moveTo(x, y, zoom = this.#zoom) {
    this.#zoom = Math.min(Math.max(zoom, 1), maxZoom)
    this.x = Math.min(Math.max(x, -1), 1)
    this.y = Math.min(Math.max(y, -1), 1)
  }

  moveBy(pixelsRight, pixelsDown) {
    this.moveTo(this.x - pixelsRight / this.scale, this.y + pixelsDown / this.scale)
  }

  /** What is at the position stays there. */
  zoomAt(factor, left = this.width / 2, top = this.height / 2) {
    const [x, y] = this.toMap(left, top)
    this.moveTo(this.x, this.y, this.#zoom * factor)
    this.moveTo(x - (left - this.width / 2) / this.scale, y + (top - this.height / 2) / this.scale)
  }

  /** The corners of what is shown, as a lasso. */
  corners() {
    const { width, height } = this
    return [
      [0, 0],
      [width, 0],
      [width, height],
      [0, height],
    ].flatMap(([left, top]) => this.toMap(left, top))
  }

  /** The view that shows all places, each [x, y]. */
  around(places) {
    const [xs, ys] = [0, 1].map((axis) => places.map((place) => place[axis]))
    const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2
    const extent = (values) => Math.max(...values) - Math.min(...values)
    return {
      x: middle(xs),
      y: middle(ys),
      zoom: Math.min(maxFlightZoom, 1.6 / Math.max(extent(xs), extent(ys))),
    }
  }
}

const maxZoom = 500
const maxFlightZoom = 8
