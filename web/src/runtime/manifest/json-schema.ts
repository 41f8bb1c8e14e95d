/** The keywords of JSON Schema that the manifest's schema uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

type Definitions = Readonly<Record<string, Schema>>;

/**
 * Describe the first violation of a schema in a parsed JSON value, or return null.
 *
 * @param where the value's place in its document, for the message
 */
export function findSchemaFault(
  value: unknown,
  schema: Schema,
  definitions: Definitions,
  where: string,
): string | null {
  if (schema.$ref !== undefined) {
    const target = definitions[schema.$ref.replace('#/$defs/', '')];
    return target === undefined ? `no rule for ${where}` : findSchemaFault(value, target, definitions, where);
  }
  if (schema.anyOf !== undefined) {
    const faults = schema.anyOf.map((one) => findSchemaFault(value, one, definitions, where));
    return faults.includes(null) ? null : (faults[0] ?? null);
  }
  if (schema.enum !== undefined) return schema.enum.includes(value) ? null : describeReceived(value, where);
  if (detectType(value) !== schema.type && !(schema.type === 'number' && detectType(value) === 'integer')) {
    return describeReceived(value, where);
  }
  if (typeof value === 'string') return findTextFault(value, schema, where);
  if (typeof value === 'number') {
    const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema;
    const within = value >= minimum && value <= maximum && value > exclusiveMinimum;
    return Number.isFinite(value) && within ? null : describeReceived(value, where);
  }
  if (Array.isArray(value)) return findItemFault(value, schema, definitions, where);
  if (typeof value === 'object' && value !== null) return findObjectFault(value, schema, definitions, where);
  return null;
}

function detectType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isSafeInteger(value) ? 'integer' : typeof value;
}

function findTextFault(value: string, { pattern, minLength = 0 }: Schema, where: string): string | null {
  const fits = value.length >= minLength && (pattern === undefined || new RegExp(pattern, 'u').test(value));
  return fits ? null : describeReceived(value, where);
}

function findItemFault(value: unknown[], { items }: Schema, definitions: Definitions, where: string): string | null {
  if (items === undefined) return null;
  for (const [index, item] of value.entries()) {
    const fault = findSchemaFault(item, items, definitions, `${where}[${index}]`);
    if (fault !== null) return fault;
  }
  return null;
}

function findObjectFault(value: object, schema: Schema, definitions: Definitions, where: string): string | null {
  const { properties = {}, required = [], additionalProperties = true, propertyNames } = schema;
  const missing = required.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) return `no ${where}.${missing}`;
  for (const [key, part] of Object.entries(value)) {
    const rule = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (rule === false || rule === undefined) return `the unknown key ${JSON.stringify(key.slice(0, 80))} in ${where}`;
    const named = propertyNames && findSchemaFault(key, { type: 'string', ...propertyNames }, definitions, where);
    const fault = named ?? (rule === true ? null : findSchemaFault(part, rule, definitions, `${where}.${key}`));
    if (fault !== null) return fault;
  }
  return null;
}

function describeReceived(value: unknown, where: string): string {
  return `${(JSON.stringify(value) ?? 'nothing').slice(0, 80)} as ${where}`;
}
