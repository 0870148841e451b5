import {
  AvroDeserializer,
  AvroSerializer,
  SchemaRegistryClient,
  SerdeType,
  SubjectNameStrategyType,
} from '@confluentinc/schemaregistry'
import { nextTopicOf, type Serializer, type Workbench } from '../src/schemas/serializers.ts'

/** Subjects by topic, as everywhere else; its default asks for associations first. */
const subjects = { subjectNameStrategyType: SubjectNameStrategyType.TOPIC }

/**
 * @confluentinc/schemaregistry as its documentation has it: schemas are registered on deployment, the serializer takes
 * the latest of the subject, the deserializer gives the writer's shape; with `useLatestVersion` it gives the latest.
 */
export async function prepareConfluent({ shape, registryUrl }: Workbench): Promise<Serializer> {
  const connect = (): SchemaRegistryClient => new SchemaRegistryClient({ baseURLs: [registryUrl] })
  const latest = { ...subjects, useLatestVersion: true }
  const serializer = new AvroSerializer(connect(), SerdeType.VALUE, { ...latest, autoRegisterSchemas: false })
  const deserializer = new AvroDeserializer(connect(), SerdeType.VALUE, subjects)
  const topic = shape.name
  const intoNext = new AvroDeserializer(connect(), SerdeType.VALUE, latest)
  const nextTopic = nextTopicOf(shape)
  return {
    name: '@confluentinc/schemaregistry',
    operations: {
      encode: (value) => serializer.serialize(topic, value),
      decode: (bytes) => deserializer.deserialize(topic, bytes as Buffer),
      'decode into the next version': (bytes) => intoNext.deserialize(nextTopic, bytes as Buffer),
    },
  }
}
