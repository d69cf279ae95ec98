// The TensorFlow wheels whose shared library the addon is built against. Any Python's pip can fetch them: the
// library inside does not depend on the Python it was made for.

export type Variant = 'cpu' | 'cuda'

interface Wheel {
  /** A requirement line for pip, with the SHA-256 of the one file that it may be. */
  readonly requirement: string
  /** Distributions that hold the CUDA libraries which this TensorFlow opens at run time. */
  readonly libraries: readonly string[]
  /** Bytes of disk that download and unpacked files need together. */
  readonly bytes: number
}

export const tensorflowVersion = '2.21.0'

/** Arguments by which pip takes these very files whatever Python it runs on. */
export const wheelTags = [
  '--only-binary=:all:',
  '--python-version=3.11',
  '--implementation=cp',
  ...[28, 27, 17].map((glibc) => `--platform=manylinux_2_${glibc}_x86_64`),
  '--platform=manylinux2014_x86_64',
]

/** The CUDA ranges are those of the wheel's own extra `and-cuda`. */
export const wheels: Readonly<Record<Variant, Wheel>> = {
  cpu: {
    requirement: `tensorflow-cpu==${tensorflowVersion} --hash=sha256:2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c`,
    libraries: [],
    bytes: 2.0e9,
  },
  cuda: {
    requirement: `tensorflow==${tensorflowVersion} --hash=sha256:9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124`,
    libraries: [
      'nvidia-cublas-cu12>=12.5.3.2,<13',
      'nvidia-cuda-cupti-cu12>=12.5.82,<13',
      'nvidia-cuda-nvcc-cu12>=12.5.82,<13',
      'nvidia-cuda-nvrtc-cu12>=12.5.82,<13',
      'nvidia-cuda-runtime-cu12>=12.5.82,<13',
      'nvidia-cudnn-cu12>=9.3.0.75,<10',
      'nvidia-cufft-cu12>=11.2.3.61,<12',
      'nvidia-curand-cu12>=10.3.6.82,<11',
      'nvidia-cusolver-cu12>=11.6.3.83,<12',
      'nvidia-cusparse-cu12>=12.5.1.3,<13',
      'nvidia-nccl-cu12>=2.27.7,<3',
      'nvidia-nvjitlink-cu12>=12.5.82,<13',
    ],
    bytes: 9.0e9,
  },
}
