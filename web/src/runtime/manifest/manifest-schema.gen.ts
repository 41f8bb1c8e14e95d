/** Generated from core/bundle/manifest.schema.json by `npm run types`; not for editing. */
import type { Schema } from './json-schema.ts';

export const DEFINITIONS: Readonly<Record<string, Schema>> = {
  "Manifest": {
    "type": "object",
    "properties": {
      "format": {
        "enum": [
          1
        ]
      },
      "contract": {
        "enum": [
          "luma8/2",
          "rgb8/1",
          "rgb8/2"
        ]
      },
      "name": {
        "type": "string"
      },
      "labels": {
        "type": "array",
        "items": {
          "type": "string"
        }
      },
      "preprocessing": {
        "$ref": "#/$defs/Preprocessing"
      },
      "artifacts": {
        "type": "array",
        "items": {
          "$ref": "#/$defs/Artifact"
        }
      },
      "golden": {
        "type": "array",
        "items": {
          "$ref": "#/$defs/GoldenImage"
        }
      },
      "tolerances": {
        "type": "object",
        "additionalProperties": {
          "$ref": "#/$defs/Tolerance"
        }
      },
      "files": {
        "type": "object",
        "propertyNames": {
          "minLength": 1
        },
        "additionalProperties": {
          "$ref": "#/$defs/FileEntry"
        }
      },
      "producer": {
        "type": "object",
        "additionalProperties": {
          "type": "string"
        }
      },
      "source": {
        "anyOf": [
          {
            "type": "string",
            "pattern": "^[0-9a-f]{64}$"
          },
          {
            "type": "null"
          }
        ]
      },
      "page": {
        "anyOf": [
          {
            "$ref": "#/$defs/Page"
          },
          {
            "type": "null"
          }
        ]
      },
      "metrics": {
        "type": "object",
        "additionalProperties": {
          "type": "number"
        }
      },
      "own_labels": {
        "anyOf": [
          {
            "$ref": "#/$defs/OwnLabels"
          },
          {
            "type": "null"
          }
        ]
      },
      "output": {
        "$ref": "#/$defs/ModelOutput"
      },
      "score_scale": {
        "anyOf": [
          {
            "type": "number",
            "exclusiveMinimum": 0
          },
          {
            "type": "null"
          }
        ]
      },
      "score_rounding": {
        "type": "number",
        "minimum": 0
      }
    },
    "required": [
      "format",
      "contract",
      "name",
      "labels",
      "preprocessing",
      "artifacts",
      "golden",
      "tolerances",
      "files",
      "producer"
    ],
    "additionalProperties": false
  },
  "Preprocessing": {
    "type": "object",
    "properties": {
      "height": {
        "type": "integer"
      },
      "width": {
        "type": "integer"
      },
      "channels": {
        "enum": [
          "bgr",
          "gray",
          "rgb"
        ]
      },
      "fit": {
        "type": "string"
      },
      "resize": {
        "type": "string"
      },
      "like": {
        "anyOf": [
          {
            "enum": [
              "opencv",
              "pillow",
              "tensorflow"
            ]
          },
          {
            "type": "null"
          }
        ]
      },
      "scale": {
        "type": "number"
      },
      "offset": {
        "type": "number"
      },
      "mean": {
        "anyOf": [
          {
            "type": "array",
            "items": {
              "type": "number"
            }
          },
          {
            "type": "null"
          }
        ]
      },
      "std": {
        "anyOf": [
          {
            "type": "array",
            "items": {
              "type": "number"
            }
          },
          {
            "type": "null"
          }
        ]
      },
      "hog": {
        "anyOf": [
          {
            "$ref": "#/$defs/Hog"
          },
          {
            "type": "null"
          }
        ]
      },
      "steps": {
        "type": "array",
        "items": {
          "$ref": "#/$defs/Step"
        }
      }
    },
    "required": [],
    "additionalProperties": false
  },
  "Hog": {
    "type": "object",
    "properties": {
      "orientations": {
        "type": "integer"
      },
      "pixels_per_cell": {
        "type": "integer"
      },
      "cells_per_block": {
        "type": "integer"
      },
      "normalisation": {
        "enum": [
          "L1",
          "L2",
          "L2-Hys"
        ]
      }
    },
    "required": [
      "orientations",
      "pixels_per_cell",
      "cells_per_block"
    ],
    "additionalProperties": false
  },
  "Step": {
    "type": "object",
    "properties": {
      "step": {
        "type": "string"
      },
      "options": {
        "type": "object",
        "additionalProperties": {
          "anyOf": [
            {
              "type": "boolean"
            },
            {
              "type": "integer"
            },
            {
              "type": "number"
            },
            {
              "type": "string"
            },
            {
              "type": "array",
              "items": {
                "type": "number"
              }
            }
          ]
        }
      }
    },
    "required": [
      "step"
    ],
    "additionalProperties": false
  },
  "Artifact": {
    "type": "object",
    "properties": {
      "id": {
        "type": "string"
      },
      "target": {
        "type": "string"
      },
      "precision": {
        "type": "string"
      },
      "entry": {
        "type": "string",
        "minLength": 1
      },
      "files": {
        "type": "array",
        "items": {
          "type": "string",
          "minLength": 1
        }
      },
      "bytes": {
        "type": "integer"
      },
      "ops": {
        "type": "array",
        "items": {
          "type": "string"
        }
      },
      "input": {
        "type": "string"
      },
      "outputs": {
        "type": "object",
        "additionalProperties": {
          "type": "string"
        }
      },
      "backends": {
        "type": "array",
        "items": {
          "type": "string"
        }
      },
      "warnings": {
        "type": "array",
        "items": {
          "type": "string"
        }
      },
      "tolerances": {
        "anyOf": [
          {
            "type": "object",
            "additionalProperties": {
              "$ref": "#/$defs/Tolerance"
            }
          },
          {
            "type": "null"
          }
        ]
      },
      "deviation": {
        "anyOf": [
          {
            "$ref": "#/$defs/Deviation"
          },
          {
            "type": "null"
          }
        ]
      },
      "golden_bits": {
        "anyOf": [
          {
            "type": "string",
            "pattern": "^[0-9a-f]{64}$"
          },
          {
            "type": "null"
          }
        ]
      }
    },
    "required": [
      "id",
      "target",
      "precision",
      "entry",
      "files",
      "bytes",
      "ops",
      "input",
      "outputs"
    ],
    "additionalProperties": false
  },
  "Tolerance": {
    "type": "object",
    "properties": {
      "pixels": {
        "type": "number"
      },
      "scores": {
        "type": "number"
      },
      "probabilities": {
        "type": "number"
      },
      "margin": {
        "type": "number"
      }
    },
    "required": [
      "pixels",
      "scores",
      "probabilities"
    ],
    "additionalProperties": false
  },
  "Deviation": {
    "type": "object",
    "properties": {
      "images": {
        "type": "integer"
      },
      "flips": {
        "type": "integer"
      },
      "scores": {
        "type": "number"
      },
      "probabilities": {
        "type": "number"
      }
    },
    "required": [
      "images",
      "flips",
      "scores",
      "probabilities"
    ],
    "additionalProperties": false
  },
  "GoldenImage": {
    "type": "object",
    "properties": {
      "file": {
        "type": "string",
        "minLength": 1
      },
      "title": {
        "type": "string"
      },
      "width": {
        "type": "integer"
      },
      "height": {
        "type": "integer"
      },
      "rgb8": {
        "type": "string",
        "pattern": "^[0-9a-f]{64}$"
      },
      "label": {
        "anyOf": [
          {
            "type": "integer"
          },
          {
            "type": "null"
          }
        ]
      },
      "present": {
        "anyOf": [
          {
            "type": "array",
            "items": {
              "type": "integer",
              "minimum": 0,
              "maximum": 9007199254740991
            }
          },
          {
            "type": "null"
          }
        ]
      },
      "scores": {
        "anyOf": [
          {
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      },
      "probabilities": {
        "anyOf": [
          {
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      },
      "values": {
        "anyOf": [
          {
            "type": "string"
          },
          {
            "type": "null"
          }
        ]
      },
      "sample": {
        "type": "boolean"
      },
      "undecided": {
        "type": "boolean"
      }
    },
    "required": [
      "file",
      "title",
      "width",
      "height",
      "rgb8"
    ],
    "additionalProperties": false
  },
  "FileEntry": {
    "type": "object",
    "properties": {
      "sha256": {
        "type": "string",
        "pattern": "^[0-9a-f]{64}$"
      },
      "bytes": {
        "type": "integer",
        "minimum": 0,
        "maximum": 9007199254740991
      }
    },
    "required": [
      "sha256",
      "bytes"
    ],
    "additionalProperties": false
  },
  "Page": {
    "type": "object",
    "properties": {
      "entry": {
        "type": "string",
        "minLength": 1
      },
      "sha256": {
        "anyOf": [
          {
            "type": "string",
            "pattern": "^[0-9a-f]{64}$"
          },
          {
            "type": "null"
          }
        ]
      },
      "draw": {
        "anyOf": [
          {
            "enum": [
              "digit"
            ]
          },
          {
            "type": "null"
          }
        ]
      }
    },
    "required": [],
    "additionalProperties": false
  },
  "OwnLabels": {
    "type": "object",
    "properties": {
      "images": {
        "type": "integer"
      },
      "differing": {
        "type": "integer"
      }
    },
    "required": [
      "images",
      "differing"
    ],
    "additionalProperties": false
  },
  "ModelOutput": {
    "type": "object",
    "properties": {
      "kind": {
        "enum": [
          "multilabel",
          "probabilities",
          "scores",
          "values"
        ]
      },
      "rule": {
        "anyOf": [
          {
            "enum": [
              "argmax",
              "sign",
              "votes"
            ]
          },
          {
            "type": "null"
          }
        ]
      },
      "thresholds": {
        "type": "array",
        "items": {
          "type": "number"
        }
      },
      "units": {
        "type": "array",
        "items": {
          "type": "string"
        }
      }
    },
    "required": [],
    "additionalProperties": false
  }
};
