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
 * What in a parsed JSON value breaks a schema, in words, or null.
 *
 * @param where the value's place in its document, for the message
 */
export function faultOfSchema(value: unknown, schema: Schema, definitions: Definitions, where: string): string | null {
  if (schema.$ref !== undefined) {
    const target = definitions[schema.$ref.replace('#/$defs/', '')];
    return target === undefined ? `no rule for ${where}` : faultOfSchema(value, target, definitions, where);
  }
  if (schema.anyOf !== undefined) {
    const faults = schema.anyOf.map((one) => faultOfSchema(value, one, definitions, where));
    return faults.includes(null) ? null : (faults[0] ?? null);
  }
  if (schema.enum !== undefined) return schema.enum.includes(value) ? null : received(value, where);
  if (typeOf(value) !== schema.type && !(schema.type === 'number' && typeOf(value) === 'integer')) {
    return received(value, where);
  }
  if (typeof value === 'string') return faultOfText(value, schema, where);
  if (typeof value === 'number') {
    const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema;
    const within = value >= minimum && value <= maximum && value > exclusiveMinimum;
    return Number.isFinite(value) && within ? null : received(value, where);
  }
  if (Array.isArray(value)) return faultOfItems(value, schema, definitions, where);
  if (typeof value === 'object' && value !== null) return faultOfObject(value, schema, definitions, where);
  return null;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isSafeInteger(value) ? 'integer' : typeof value;
}

function faultOfText(value: string, { pattern, minLength = 0 }: Schema, where: string): string | null {
  const fits = value.length >= minLength && (pattern === undefined || new RegExp(pattern, 'u').test(value));
  return fits ? null : received(value, where);
}

function faultOfItems(value: unknown[], { items }: Schema, definitions: Definitions, where: string): string | null {
  if (items === undefined) return null;
  for (const [index, item] of value.entries()) {
    const fault = faultOfSchema(item, items, definitions, `${where}[${index}]`);
    if (fault !== null) return fault;
  }
  return null;
}

function faultOfObject(value: object, schema: Schema, definitions: Definitions, where: string): string | null {
  const { properties = {}, required = [], additionalProperties = true, propertyNames } = schema;
  const missing = required.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) return `no ${where}.${missing}`;
  for (const [key, part] of Object.entries(value)) {
    const rule = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (rule === false || rule === undefined) return `the unknown key ${JSON.stringify(key.slice(0, 80))} in ${where}`;
    const named = propertyNames && faultOfSchema(key, { type: 'string', ...propertyNames }, definitions, where);
    const fault = named ?? (rule === true ? null : faultOfSchema(part, rule, definitions, `${where}.${key}`));
    if (fault !== null) return fault;
  }
  return null;
}

function received(value: unknown, where: string): string {
  return `${(JSON.stringify(value) ?? 'nothing').slice(0, 80)} as ${where}`;
}
