// OpenTelemetry traces: who waits for what within a request. Without an address to send them to the SDK is not loaded.
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Environment } from './environment.ts'

export interface Tracing {
  /** A span for each request, continuing the trace that its `traceparent` names. */
  readonly requests: MiddlewareHandler<Environment>
  /** Lets these methods of `target` have a span each, within that of the request. */
  follow<T extends object>(target: T, name: string, methods: readonly (keyof T & string)[]): void
  /** Sends what is left. */
  close(): Promise<void>
}

/**
 * Sends spans over OTLP to the collector at `endpoint`, as in http://localhost:4318. They name routes, never addresses:
 * no id of a user goes out.
 */
export async function openTracing(endpoint: string): Promise<Tracing> {
  const { context, propagation, trace, SpanKind, SpanStatusCode } = await import('@opentelemetry/api')
  const { provider } = await startExporting(endpoint)
  const tracer = trace.getTracer('palate')

  const requests: MiddlewareHandler<Environment> = (c, next) => {
    const parent = propagation.extract(context.active(), c.req.header())
    return tracer.startActiveSpan(c.req.method, { kind: SpanKind.SERVER }, parent, async (span) => {
      await next()
      const [route, { status }] = [routePath(c, -1), c.res]
      span.updateName(`${c.req.method} ${route}`)
      span.setAttributes({
        'http.request.method': c.req.method,
        'http.route': route,
        'http.response.status_code': status,
        'palate.request_id': c.get('requestId'),
      })
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    })
  }

  const traced =
    (name: string, call: (...given: unknown[]) => unknown) =>
    (...given: unknown[]) =>
      tracer.startActiveSpan(name, async (span) => {
        try {
          return await call(...given)
        } finally {
          span.end()
        }
      })

  return {
    requests,
    follow: (target, name, methods) => {
      const calls = target as Record<string, (...given: unknown[]) => unknown>
      for (const method of methods) calls[method] = traced(`${name}.${method}`, calls[method]!.bind(target))
    },
    close: async () => {
      await provider.shutdown()
      trace.disable()
      context.disable()
      propagation.disable()
    },
  }
}

async function startExporting(endpoint: string) {
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ])
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` })
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'palate' }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  provider.register()
  return { provider }
}
