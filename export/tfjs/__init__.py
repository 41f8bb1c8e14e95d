"""TF.js models: conversion, files and graph passes."""

__all__: list[str] = []
