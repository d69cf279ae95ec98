import { expect, test } from 'vitest'
import { listsOf } from '../../../src/console/users/champion-lists.ts'
import { AbortError, type InferOptions } from '../../../src/recommender/inference/inference.ts'
import type { InferenceRequest } from '../../../src/recommender/inference/requests.ts'
import type { ServedModel } from '../../../src/recommender/served-model.ts'
import { createTestApp } from '../../http/test-app.ts'

const { champions, train } = await createTestApp()
await train()

test('the lists of all champions are canceled with the request', async () => {
  const history = [{ itemId: 'a', value: 5 }]
  const request = new AbortController()
  const [list] = await listsOf(cancellable, history, request.signal)
  expect(list).toMatchObject({ model: 'projection', isDefault: true, failure: null })
  expect(list!.result!.items).not.toEqual([])
  request.abort()
  await expect(listsOf(cancellable, history, request.signal)).rejects.toThrow(AbortError)
})

/** The champions, which compute at once: here they refuse what is canceled, as a queue does. */
const cancellable: Parameters<typeof listsOf>[0] = {
  list: () => champions.list(),
  use: (model, task) => champions.use(model, (served) => task(refusingCanceled(served))),
}

function refusingCanceled(served: ServedModel): ServedModel {
  const infer = (request: InferenceRequest, options?: InferOptions) =>
    options?.signal?.aborted
      ? Promise.reject(new AbortError('The request was canceled'))
      : served.inference.infer(request, options)
  const inference = new Proxy(served.inference, {
    get: (of, name) => (name === 'infer' ? infer : memberOf(of, name)),
  })
  return new Proxy(served, { get: (of, name) => (name === 'inference' ? inference : memberOf(of, name)) })
}

/** A method is bound, since only the object itself has its private members. */
function memberOf(object: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(object, name)
  return typeof member === 'function' ? member.bind(object) : member
}
