// Draws points by WebGL 2 in one call, in a random order, so that the first ones are a sample of all.

const vertexShader = `#version 300 es
in vec2 position;
in float category;
uniform vec2 center;
uniform vec2 scale;
uniform float size;
uniform vec3 colors[9];
out vec3 color;
void main() {
  gl_Position = vec4((position - center) * scale, 0.0, 1.0);
  gl_PointSize = size;
  color = colors[int(category)];
}`

const fragmentShader = `#version 300 es
precision mediump float;
in vec3 color;
out vec4 pixel;
void main() {
  if (length(gl_PointCoord - 0.5) > 0.5) discard;
  pixel = vec4(color, 1.0);
}`

/**
 * @param positions two floats for each point
 * @param categories a byte for each point
 * @throws Error where WebGL 2 is not available
 */
export function createPoints(canvas, positions, categories) {
  const gl = canvas.getContext('webgl2', { antialias: false, depth: false, alpha: true })
  if (gl === null) throw new Error('WebGL 2 is not available')
  const program = link(gl)
  gl.useProgram(program)
  const order = shuffled(categories.length)
  const shuffledPositions = Float32Array.from(
    { length: positions.length },
    (_, n) => positions[2 * order[n >> 1] + (n & 1)],
  )
  attribute(gl, program, 'position', shuffledPositions, 2, gl.FLOAT)
  attribute(
    gl,
    program,
    'category',
    Uint8Array.from(order, (point) => categories[point]),
    1,
    gl.UNSIGNED_BYTE,
  )
  const uniform = (name) => gl.getUniformLocation(program, name)
  const [center, scale, size, colors] = ['center', 'scale', 'size', 'colors'].map(uniform)
  return {
    /**
     * @param count of the points
     * @param palette nine colors of three numbers from 0 to 1
     */
    draw(view, count, pointSize, palette, pixelRatio) {
      gl.viewport(0, 0, canvas.width, canvas.height)
      gl.clear(gl.COLOR_BUFFER_BIT)
      gl.uniform2f(center, view.x, view.y)
      gl.uniform2f(scale, (2 * view.scale) / view.width, (2 * view.scale) / view.height)
      gl.uniform1f(size, pointSize * pixelRatio)
      gl.uniform3fv(colors, palette)
      gl.drawArrays(gl.POINTS, 0, count)
    },
  }
}

function shuffled(count) {
  const order = Uint32Array.from({ length: count }, (_, n) => n)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    const swapped = order[last]
    order[last] = order[other]
    order[other] = swapped
  }
  return order
}

function link(gl) {
  const program = gl.createProgram()
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ]) {
    const shader = gl.createShader(type)
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program))
  return program
}

function attribute(gl, program, name, values, size, type) {
  const location = gl.getAttribLocation(program, name)
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer())
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW)
  gl.enableVertexAttribArray(location)
  gl.vertexAttribPointer(location, size, type, false, 0, 0)
}
