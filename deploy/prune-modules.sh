#!/bin/sh
# Removes from node_modules what the image never loads: binaries of other platforms, the compiler of the kernels, builds
# for browsers, source maps and types.
set -eu
cd "$(dirname "$0")/../node_modules"
arch=$(node -p process.arch)

find onnxruntime-node/bin/napi-v* -mindepth 1 -maxdepth 1 ! -name linux -exec rm -r {} +
find onnxruntime-node/bin/napi-v*/linux -mindepth 1 -maxdepth 1 ! -name "$arch" -exec rm -r {} +
if [ -d webgpu ]; then find webgpu/dist -mindepth 1 -maxdepth 1 ! -name "linux-$arch" -exec rm -r {} +; fi
rm -rf assemblyscript binaryen

# Node loads dist/tf-*.node.js of these packages, each in one file; tfjs-backend-webgpu and tfjs-node-gpu differ
for name in tfjs tfjs-core tfjs-layers tfjs-converter tfjs-data tfjs-backend-cpu tfjs-backend-webgl tfjs-backend-wasm; do
  find "@tensorflow/$name/dist" -type f \( -name '*.es2017*' -o -name '*.fesm*' -o -name '*.min.js*' -o -name '*_test.*' \) -delete
done

find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete
find @aws-sdk @smithy -type d \( -name dist-types -o -name dist-es \) -prune -exec rm -r {} +
