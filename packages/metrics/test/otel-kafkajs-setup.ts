// For `node --import`: the SDK and kafkajs's own instrumentation, as its documents say, before anything loads kafkajs.
import { register } from 'node:module'
import { trace } from '@opentelemetry/api'
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs'
import { recordSpans, registerContext } from './otel-spans.ts'

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url)
registerContext()
/** What the whole process traces. */
export const recorded: ReturnType<typeof recordSpans> = recordSpans()
trace.setGlobalTracerProvider(recorded.provider)
new KafkaJsInstrumentation().setTracerProvider(recorded.provider)
