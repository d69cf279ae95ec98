// Draws points by WebGL 2: one draw call for all of them.

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
  attribute(gl, program, 'position', positions, 2, gl.FLOAT)
  attribute(gl, program, 'category', categories, 1, gl.UNSIGNED_BYTE)
  const uniform = (name) => gl.getUniformLocation(program, name)
  const [center, scale, size, colors] = ['center', 'scale', 'size', 'colors'].map(uniform)
  return {
    /** @param palette nine colors of three numbers from 0 to 1 */
    draw(view, pointSize, palette, pixelRatio) {
      gl.viewport(0, 0, canvas.width, canvas.height)
      gl.clear(gl.COLOR_BUFFER_BIT)
      gl.uniform2f(center, view.x, view.y)
      gl.uniform2f(scale, (2 * view.scale) / view.width, (2 * view.scale) / view.height)
      gl.uniform1f(size, pointSize * pixelRatio)
      gl.uniform3fv(colors, palette)
      gl.drawArrays(gl.POINTS, 0, categories.length)
    },
  }
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
